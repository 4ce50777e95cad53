/**
 * Functions of the servers themselves that change nothing but a sequence and take no longer than their rows do. A list
 * of what is known: a call of anything else may do and cost whatever its author liked.
 */
const everywhere = words(`
  abs acos asin atan atan2 ceil ceiling cos cot degrees exp floor ln log log10 mod pi pow power radians rand random round
  sign sin sqrt tan trunc truncate greatest least
  ascii bit_length char_length character_length concat concat_ws initcap left length lower lpad ltrim md5 octet_length
  position replace reverse right rpad rtrim sha1 sha2 substr substring trim upper format quote_literal repeat
  coalesce nullif
  now current_date current_time current_timestamp localtime localtimestamp extract
  nextval lastval setval
  count sum avg min max stddev stddev_pop stddev_samp variance var_pop var_samp bit_and bit_or bit_xor
  row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
  json_array json_object json_arrayagg json_objectagg regexp_replace regexp_substr regexp_instr regexp_like
  current_user session_user user version`)

const ofPostgres = words(`
  btrim chr encode decode digest overlay split_part strpos starts_with to_hex translate quote_ident quote_nullable
  regexp_match regexp_count string_to_array array_to_string normalize timezone date_part date_trunc age
  clock_timestamp statement_timestamp transaction_timestamp timeofday make_date make_interval make_timestamp
  make_timestamptz make_time isfinite justify_days justify_hours justify_interval
  to_char to_date to_number to_timestamp gen_random_uuid uuidv4 uuidv7 uuid_generate_v4 sha224 sha256 sha384 sha512
  string_agg array_agg bool_and bool_or every json_agg jsonb_agg json_object_agg jsonb_object_agg mode percentile_cont
  percentile_disc array_append array_prepend array_cat array_length array_lower array_upper array_position array_remove
  array_replace cardinality div width_bucket num_nonnulls num_nulls currval pg_get_serial_sequence
  to_json to_jsonb row_to_json array_to_json json_build_object jsonb_build_object json_build_array jsonb_build_array
  jsonb_set jsonb_insert jsonb_strip_nulls json_strip_nulls json_typeof jsonb_typeof json_array_length
  jsonb_array_length jsonb_extract_path jsonb_extract_path_text json_extract_path json_extract_path_text
  to_tsvector to_tsquery plainto_tsquery setweight tsvector_to_array lower_inc upper_inc isempty int4range int8range
  numrange tsrange tstzrange daterange like_escape similar_to_escape overlaps current_schema`)

const ofMysql = words(`
  crc32 conv bin oct hex unhex char ord elt field find_in_set insert instr lcase ucase locate mid strcmp space soundex
  substring_index to_base64 from_base64 quote export_set make_set weight_string sha aes_encrypt aes_decrypt
  if ifnull isnull cast convert interval default values
  curdate curtime sysdate utc_date utc_time utc_timestamp adddate addtime date date_add date_format date_sub datediff day
  dayname dayofmonth dayofweek dayofyear from_days from_unixtime get_format hour last_day makedate maketime microsecond
  minute month monthname period_add period_diff quarter sec_to_time second str_to_date subdate subtime time
  time_format time_to_sec timediff timestamp timestampadd timestampdiff to_days to_seconds unix_timestamp week weekday
  weekofyear year yearweek
  uuid uuid_short uuid_to_bin bin_to_uuid is_uuid random_bytes last_insert_id database schema charset collation
  group_concat std any_value json_extract json_unquote json_set json_insert json_replace json_remove json_contains
  json_contains_path json_keys json_length json_merge json_merge_patch json_merge_preserve json_quote json_search
  json_type json_valid json_value inet_aton inet_ntoa inet6_aton inet6_ntoa bit_count nvl nvl2 to_char`)

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}

const postgres = new Set([...everywhere, ...ofPostgres])
const mysql = new Set([...everywhere, ...ofMysql])

export function isBuiltIn(name: string, engine: 'postgres' | 'mysql'): boolean {
  return (engine === 'postgres' ? postgres : mysql).has(name)
}

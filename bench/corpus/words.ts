/** What a column holds; each engine has its own type for it. */
export type Holds =
  | 'name'
  | 'text'
  | 'code'
  | 'count'
  | 'large'
  | 'flag'
  | 'time'
  | 'date'
  | 'money'
  | 'ratio'
  | 'document'
  | 'uuid'
  | 'tags'
  | 'address'

/** Columns that tables of real applications have, by what they hold. */
export const columns: Readonly<Record<Holds, readonly string[]>> = {
  name: [
    ...['name', 'title', 'slug', 'email', 'first_name', 'last_name', 'display_name', 'username', 'phone'],
    ...['company', 'city', 'street', 'label', 'subject', 'nickname', 'locale', 'timezone', 'file_name'],
  ],
  text: [
    ...['description', 'body', 'notes', 'summary', 'comment', 'reason', 'bio', 'content', 'excerpt'],
    ...[
      'error_message',
      'avatar_url',
      'webhook_url',
      'user_agent',
      'password_digest',
      'token',
      'secret_hash',
    ],
  ],
  code: [
    'code',
    'sku',
    'currency',
    'country_code',
    'external_id',
    'reference',
    'provider',
    'version',
    'kind',
  ],
  count: [
    ...['quantity', 'position', 'attempts', 'retries', 'priority', 'level', 'sort_order', 'view_count'],
    ...['comments_count', 'stock', 'max_uses', 'duration_seconds', 'width', 'height', 'failed_logins'],
  ],
  large: ['size_bytes', 'sequence_number', 'offset_bytes', 'legacy_id', 'checksum', 'total_events'],
  flag: [
    ...['active', 'enabled', 'archived', 'is_admin', 'verified', 'published', 'deleted', 'locked', 'visible'],
    ...['is_default', 'opted_in', 'processed', 'read_only', 'featured', 'hidden'],
  ],
  time: [
    ...['published_at', 'deleted_at', 'expires_at', 'last_login_at', 'confirmed_at', 'sent_at', 'paid_at'],
    ...['started_at', 'finished_at', 'archived_at', 'cancelled_at', 'accepted_at', 'synced_at', 'seen_at'],
  ],
  date: ['birth_date', 'due_date', 'valid_from', 'valid_until', 'invoice_date', 'starts_on', 'ends_on'],
  money: ['amount', 'price', 'total', 'subtotal', 'tax', 'discount', 'balance', 'fee', 'refunded_amount'],
  ratio: ['score', 'rating', 'weight', 'latitude', 'longitude', 'tax_rate', 'progress'],
  document: [
    'metadata',
    'settings',
    'payload',
    'preferences',
    'attributes',
    'options',
    'context',
    'raw_event',
  ],
  uuid: ['public_id', 'request_id', 'correlation_id', 'session_id', 'batch_id', 'trace_id'],
  tags: ['tags', 'scopes', 'roles', 'permissions', 'keywords', 'recipients'],
  address: ['ip_address', 'last_ip', 'source_ip'],
}

/** Things that applications keep tables of, in the singular; a project takes some of them. */
export const things: readonly string[] = [
  ...['account', 'activity', 'address', 'agreement', 'alert', 'api_key', 'appointment', 'article', 'asset'],
  ...[
    'assignment',
    'attachment',
    'audit_event',
    'author',
    'badge',
    'banner',
    'billing_plan',
    'board',
    'booking',
  ],
  ...['branch', 'bundle', 'campaign', 'card', 'cart', 'cart_item', 'category', 'channel', 'charge', 'chat'],
  ...['checkpoint', 'city', 'client', 'comment', 'company', 'connection', 'contact', 'contract', 'coupon'],
  ...[
    'course',
    'credential',
    'customer',
    'dashboard',
    'delivery',
    'deployment',
    'device',
    'document',
    'domain',
  ],
  ...['email', 'employee', 'endpoint', 'enrollment', 'environment', 'event', 'expense', 'export', 'feature'],
  ...['feedback', 'folder', 'forum', 'gateway', 'grade', 'guest', 'house', 'image', 'import', 'incident'],
  ...[
    'integration',
    'invitation',
    'invoice',
    'invoice_item',
    'issue',
    'item',
    'job',
    'label',
    'lead',
    'lesson',
  ],
  ...['license', 'listing', 'location', 'login', 'mailbox', 'measurement', 'meeting', 'member', 'membership'],
  ...['merchant', 'message', 'metric', 'milestone', 'movie', 'note', 'notification', 'oauth_client', 'offer'],
  ...[
    'order',
    'order_item',
    'organization',
    'package',
    'page',
    'participant',
    'payment',
    'payout',
    'permission',
  ],
  ...['photo', 'pipeline', 'place', 'player', 'poll', 'post', 'product', 'profile', 'project', 'promotion'],
  ...[
    'provider',
    'question',
    'quote',
    'reaction',
    'receipt',
    'refund',
    'region',
    'release',
    'report',
    'request',
  ],
  ...['reservation', 'review', 'role', 'room', 'route', 'rule', 'schedule', 'session', 'setting', 'shipment'],
  ...[
    'site',
    'snapshot',
    'station',
    'store',
    'subscriber',
    'subscription',
    'supplier',
    'survey',
    'tag',
    'task',
  ],
  ...['team', 'tenant', 'thread', 'ticket', 'token', 'topic', 'transaction', 'transfer', 'upload', 'user'],
  ...[
    'vehicle',
    'vendor',
    'video',
    'visit',
    'voucher',
    'wallet',
    'warehouse',
    'webhook',
    'workflow',
    'workspace',
  ],
]

export const states: readonly (readonly string[])[] = [
  ['pending', 'active', 'closed'],
  ['draft', 'published', 'archived'],
  ['queued', 'running', 'succeeded', 'failed'],
  ['open', 'in_progress', 'resolved', 'closed'],
  ['new', 'paid', 'shipped', 'delivered', 'returned'],
  ['low', 'normal', 'high', 'urgent'],
  ['owner', 'admin', 'member', 'guest'],
  ['free', 'team', 'business', 'enterprise'],
]

export const laterStates: readonly string[] = [
  'cancelled',
  'expired',
  'blocked',
  'on_hold',
  'refunded',
  'skipped',
]

export const phrases: readonly string[] = [
  ...['Default', 'Internal use only', 'Imported from the old system', "Customer's own", 'Weekly report'],
  ...[
    'See the wiki',
    'Monthly',
    'Europe',
    'North America',
    'Getting started',
    'Ümlaut & more',
    'Needs review',
  ],
  ...[
    'Two-factor sign-in',
    'Welcome aboard; thanks',
    'Basic plan',
    'Pro plan',
    'Kitchen -- small',
    '50 % off',
  ],
]

/** The plural as people write it for tables. */
export function plural(thing: string): string {
  if (/(s|x|ch|sh)$/.test(thing)) return `${thing}es`
  return /[^aeiou]y$/.test(thing) ? `${thing.slice(0, -1)}ies` : `${thing}s`
}

-- Keys: ledger, audit, ballast; for a purchase also account, orders, turnover, sold. Arguments: sequence, amount, client, payload.
local function append(keys, args)
  redis.call('XADD', keys[1], '*', 'sequence', args[1], 'client', args[3], 'amount', args[2])
  redis.call('RPUSH', keys[2], args[1])
  redis.call('SET', keys[3], args[4])
  return tonumber(args[1])
end

local function purchase(keys, args)
  append(keys, args)
  redis.call('HINCRBY', keys[4], 'balance', args[2])
  redis.call('XADD', keys[5], 'MAXLEN', '~', 5000, '*', 'client', args[3], 'amount', args[2])
  redis.call('ZINCRBY', keys[6], args[2], args[3])
  redis.call('INCRBY', keys[7], args[2])
  return tonumber(args[1])
end


package io.github.wxtoken.redis;

import io.github.wxtoken.faults.ScaleContract;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.ScriptOutputType;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A million keys on Redis. */
class RedisScaleTest extends ScaleContract {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final String PREFIX = "scale:";
  private static final int BATCH = 10_000;
  private static final String PLANT =
      """
      for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
        redis.call('SET', ARGV[3] .. 'o' .. i, '{"access_token":"AT' .. i
          .. '","expires_in":7200,"refresh_token":"RT","openid":"o' .. i
          .. '","scope":"snsapi_userinfo","create_at":1538990000000}')
      end
      """;

  @Override
  protected TokenStore open() {
    return TokenStores.open(SERVER.url() + "?wxtoken.prefix=" + PREFIX);
  }

  @Override
  protected void plant(int count) {
    for (int first = 1; first <= count; first += BATCH) {
      String last = String.valueOf(Math.min(first + BATCH - 1, count));
      Servers.raw(SERVER.url())
          .eval(PLANT, ScriptOutputType.STATUS, new String[0], String.valueOf(first), last, PREFIX);
    }
  }
}

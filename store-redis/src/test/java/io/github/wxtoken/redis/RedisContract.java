package io.github.wxtoken.redis;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.TokenStoreContract;
import org.junit.jupiter.api.BeforeEach;

/** The contract on keys that the suite has to itself. */
abstract class RedisContract extends TokenStoreContract {
  final TestServer server;
  final String prefix = getClass().getSimpleName() + ":";

  RedisContract(TestServer server) {
    this.server = server;
  }

  @BeforeEach
  void emptyTheKeys() {
    Servers.clear(server.url(), prefix);
  }

  @Override
  protected TokenStore open() {
    return TokenStores.open(Servers.withPrefix(server.url(), prefix));
  }

  /** Writes as the module's README shows for Node. */
  @Override
  protected void writeAsNode(String openid, String json) {
    Servers.raw(server.url()).set(prefix + openid, json);
  }

  @Override
  protected void plantCorrupt(String openid, String content) {
    Servers.raw(server.url()).set(prefix + openid, content);
  }

  @Override
  protected void plantTooLong(String openid, String content) {
    writeAsNode(
        openid,
        "{\"access_token\":\"AT\",\"openid\":\"" + openid + "\",\"pad\":\"" + content + "\"}");
  }
}

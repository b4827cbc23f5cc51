package io.github.wxtoken.testkit.example;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.TokenStoreContract;
import io.github.wxtoken.testkit.Tokens;

class ExampleTokenStoreContractTest extends TokenStoreContract {
  private final ExampleTokenStore.Server server = new ExampleTokenStore.Server();

  @Override
  protected TokenStore open() {
    return new ExampleTokenStore(server);
  }

  @Override
  protected void writeAsNode(String openid, String json) {
    server.records().put(openid, json);
  }

  @Override
  protected void plantCorrupt(String openid, String content) {
    server.records().put(openid, content);
  }

  @Override
  protected void plantTooLong(String openid, String content) {
    String json = Tokens.token(openid).toJson();
    server.records().put(openid, "{\"pad\":\"" + content + "\"," + json.substring(1));
  }
}

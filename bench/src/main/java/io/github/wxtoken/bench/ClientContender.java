package io.github.wxtoken.bench;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.store.TokenStore;

/** The client's {@code getValidToken} on tokens that are valid: no call to WeChat is made. */
final class ClientContender implements Contender<OAuthToken> {
  private final TokenStore store;
  private final WeChatOAuth client;

  ClientContender(TokenStore store) {
    this.store = store;
    this.client = WeChatOAuth.builder("wx0123456789abcdef", "not-a-secret").store(store).build();
  }

  @Override
  public OAuthToken prepare(OAuthToken token) {
    return token;
  }

  @Override
  public OAuthToken get(String openid) {
    return client.getValidToken(openid);
  }

  @Override
  public void save(OAuthToken token) {
    store.saveToken(token.openid(), token);
  }

  @Override
  public void replace(OAuthToken expected, OAuthToken token) {
    throw new UnsupportedOperationException("the client has no such method");
  }

  @Override
  public void close() {
    client.close();
    store.close();
  }
}

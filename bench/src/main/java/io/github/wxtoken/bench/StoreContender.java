package io.github.wxtoken.bench;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;

/** A store of ours, called as an application calls it. */
record StoreContender(TokenStore store) implements Contender<OAuthToken> {

  @Override
  public OAuthToken prepare(OAuthToken token) {
    return token;
  }

  @Override
  public OAuthToken get(String openid) {
    return store.getToken(openid).orElseThrow();
  }

  @Override
  public void save(OAuthToken token) {
    store.saveToken(token.openid(), token);
  }

  @Override
  public void replace(OAuthToken expected, OAuthToken token) {
    Contender.require(store.replaceToken(token.openid(), expected, token), "nothing was replaced");
  }

  @Override
  public void close() {
    store.close();
  }
}

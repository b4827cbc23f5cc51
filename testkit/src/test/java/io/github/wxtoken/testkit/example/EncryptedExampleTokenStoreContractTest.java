package io.github.wxtoken.testkit.example;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.Views;

class EncryptedExampleTokenStoreContractTest extends ExampleTokenStoreContractTest {
  @Override
  protected TokenStore view(TokenStore store) {
    return Views.encrypted(store);
  }
}

package io.github.wxtoken.testkit.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import org.junit.jupiter.api.Test;

class ExampleUrlTest {
  @Test
  void twoProcessesThatOpenOneUrlShareTokens() {
    try (TokenStore one = TokenStores.open("example:shared");
        TokenStore other = TokenStores.open("example:shared")) {
      one.saveToken("oA", Tokens.token("oA"));

      assertThat(other.getToken("oA")).contains(Tokens.token("oA"));
    }
  }
}

package io.github.wxtoken.boot;

import io.github.wxtoken.store.TokenStore;
import java.util.function.Supplier;

/**
 * A bean of the application that can keep the tokens.
 *
 * @param bean its name
 * @param type its type, for a message, such as {@code DataSource}
 * @param opener opens a store on it
 */
record StoreCandidate(String bean, String type, Supplier<TokenStore> opener) {
  @Override
  public String toString() {
    return bean + " (" + type + ")";
  }
}

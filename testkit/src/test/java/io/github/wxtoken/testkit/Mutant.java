package io.github.wxtoken.testkit;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.PlainTokenStore.Data;
import java.util.List;
import java.util.function.Function;

/**
 * A store that is wrong in one way.
 *
 * @param name what it does
 * @param open opens a handle on the data
 * @param rejectedBy the cases that are about it, by their names
 */
record Mutant(String name, Function<Data, TokenStore> open, List<String> rejectedBy) {

  static Mutant of(String name, Function<Data, TokenStore> open, String... rejectedBy) {
    return new Mutant(name, open, List.of(rejectedBy));
  }

  @Override
  public String toString() {
    return name;
  }
}

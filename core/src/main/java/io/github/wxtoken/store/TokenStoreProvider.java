package io.github.wxtoken.store;

import java.util.Set;

/**
 * Opens stores by URL; found with {@link java.util.ServiceLoader}, so that putting a store module
 * on the class path is all it takes. Implementations have a public constructor without parameters.
 */
public interface TokenStoreProvider {

  /**
   * Tells whether this provider opens URLs like this one, by its scheme alone and without I/O.
   *
   * @param url the URL, which may carry a password: it must not end up in a message
   * @return true if {@link #open} takes it
   */
  boolean accepts(String url);

  /**
   * Returns the options this provider understands. {@link TokenStores#open} refuses others.
   *
   * @return names without the {@code wxtoken.} prefix
   */
  Set<String> options();

  /**
   * Connects and checks at once that tokens can be read and written.
   *
   * @param url the URL without the options
   * @param options what stood in the URL as {@code wxtoken.NAME=VALUE}
   * @return the store, which owns the connections that were opened for it
   * @throws IllegalArgumentException if the URL or the value of an option is wrong
   * @throws TokenStoreException if the store cannot be reached or used
   */
  TokenStore open(String url, StoreOptions options);

  /**
   * Returns the statements that create what the store needs, with the names that the options give,
   * without connecting.
   *
   * @param url the URL without the options
   * @param options what stood in the URL as {@code wxtoken.NAME=VALUE}
   * @return DDL, or commands of the backend's shell; empty if the store needs none, as by default
   * @throws IllegalArgumentException if the value of an option is wrong
   */
  default String schema(String url, StoreOptions options) {
    return "";
  }
}

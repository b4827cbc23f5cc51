/**
 * The contract of a token store as JUnit Jupiter suites, for authors of stores.
 *
 * <p>A store proves itself with a subclass of {@link io.github.wxtoken.testkit.TokenStoreContract};
 * {@link io.github.wxtoken.testkit.StatementContract} shows that the contract guards each clause of
 * what the store sends to its server.
 */
@NullMarked
package io.github.wxtoken.testkit;

import org.jspecify.annotations.NullMarked;

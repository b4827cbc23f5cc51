/**
 * The contract of a token store as JUnit Jupiter suites, for authors of stores.
 *
 * <p>A store runs the contract with a subclass of {@link
 * io.github.wxtoken.testkit.TokenStoreContract}; {@link
 * io.github.wxtoken.testkit.StatementContract} shows that the contract guards each clause of the
 * store's statements.
 */
@NullMarked
package io.github.wxtoken.testkit;

import org.jspecify.annotations.NullMarked;

/**
 * The contract of a token store as JUnit Jupiter suites, and the servers that integration tests run
 * against.
 *
 * <p>A store proves itself with a subclass of {@link io.github.wxtoken.testkit.TokenStoreContract};
 * a test that needs a server asks {@link io.github.wxtoken.testkit.TestServer} for it.
 */
@NullMarked
package io.github.wxtoken.testkit;

import org.jspecify.annotations.NullMarked;

/**
 * Suites that show what a store of this build does in a cluster and under faults, and the servers
 * that integration tests run against. Never published.
 *
 * <p>A test that needs a server asks {@link io.github.wxtoken.faults.TestServer} for it. A store
 * shows what it does under a fault with a subclass of the suite of that fault, such as {@link
 * io.github.wxtoken.faults.CrashContract}.
 */
@NullMarked
package io.github.wxtoken.faults;

import org.jspecify.annotations.NullMarked;

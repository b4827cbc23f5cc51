/**
 * Suites that show the behaviour of this build's stores in a cluster and under faults, and the
 * servers of the integration tests. Never published.
 *
 * <p>A test that needs a server asks {@link io.github.wxtoken.faults.TestServer} for it. A store
 * shows its behaviour under a fault with a subclass of the fault's suite, such as {@link
 * io.github.wxtoken.faults.CrashContract}.
 */
@NullMarked
package io.github.wxtoken.faults;

import org.jspecify.annotations.NullMarked;

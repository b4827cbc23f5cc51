/**
 * What every store needs, written once, for authors of stores.
 *
 * <ul>
 *   <li>{@link io.github.wxtoken.store.OperationDeadline}: the deadline of an operation, with
 *       pauses between retries.
 *   <li>{@link io.github.wxtoken.store.StoreState}: whether the store is open or closed.
 *   <li>{@link io.github.wxtoken.store.TokenRecords}: turns a record into a token, or reports it as
 *       corrupt.
 *   <li>{@link io.github.wxtoken.store.TokenScan}: streams all tokens, page by page.
 *   <li>{@link io.github.wxtoken.store.LeaseRequest}: the owner, the start and the release of a
 *       lease.
 *   <li>{@link io.github.wxtoken.store.FailureReason}: says in words why a driver failed and what
 *       to do.
 *   <li>{@link io.github.wxtoken.store.ForwardingTokenStore}: forwards each call to another store;
 *       a subclass changes some.
 * </ul>
 */
@NullMarked
package io.github.wxtoken.store;

import org.jspecify.annotations.NullMarked;

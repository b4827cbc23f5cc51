/**
 * The stores of tokens: the contract that the store modules implement, the stores that need no
 * server, the views, and helpers for authors of stores.
 *
 * <h2>The contract</h2>
 *
 * <ul>
 *   <li>{@link io.github.wxtoken.store.TokenStore}: reads, saves and replaces tokens by openid
 *   <li>{@link io.github.wxtoken.store.Lease}: an exclusive right for a limited time
 *   <li>{@link io.github.wxtoken.store.TokenStoreException}: the store could not answer
 *   <li>{@link io.github.wxtoken.store.CorruptTokenException}: a record cannot be read
 *   <li>{@link io.github.wxtoken.store.StoreFinding}: what a store found when it looked at itself
 *   <li>{@link io.github.wxtoken.store.LeaseUnavailableException}: the store cannot lease at the
 *       moment
 * </ul>
 *
 * <h2>Opening a store</h2>
 *
 * <ul>
 *   <li>{@link io.github.wxtoken.store.TokenStores}: opens stores by URL, and makes views
 *   <li>{@link io.github.wxtoken.store.TokenStoreProvider}: how a module takes part in that
 *   <li>{@link io.github.wxtoken.store.StoreOptions}: the options of a URL
 * </ul>
 *
 * <h2>Stores without a server</h2>
 *
 * <ul>
 *   <li>{@link io.github.wxtoken.store.MemoryTokenStore}: one process
 *   <li>{@link io.github.wxtoken.store.FileTokenStore}: processes of one machine; hidden: {@code
 *       RecordFiles}, {@code RegularFiles}, {@code HalfWritten}, {@code FileProblemException},
 *       {@code FileLeases}, {@code DirectoryLock}, {@code FileDiagnosis}
 * </ul>
 *
 * <h2>Views</h2>
 *
 * <ul>
 *   <li>{@code ScopedTokenStore}: one app among several ({@link
 *       io.github.wxtoken.store.TokenStores#scoped})
 *   <li>{@link io.github.wxtoken.store.EncryptedTokenStore}: encrypted secrets; {@code
 *       ViewedStore}: the store behind a view
 *   <li>{@link io.github.wxtoken.store.TokenCipher}, {@link
 *       io.github.wxtoken.store.AesGcmTokenCipher}: how values are encrypted
 *   <li>{@link io.github.wxtoken.store.Reencryption}: the result of moving records to the current
 *       key; {@code ReencryptionWalk} moves them
 * </ul>
 *
 * <h2>For authors of stores</h2>
 *
 * <ul>
 *   <li>{@link io.github.wxtoken.store.TimedLease}: a lease that counts its own time; {@code
 *       UncheckedLease}: one that excludes nobody
 *   <li>{@link io.github.wxtoken.store.LeaseAvailability}: answers while leases are unavailable
 *   <li>{@link io.github.wxtoken.store.RedactedException}: an exception without its text
 *   <li>{@code RecordLimits}: refuses tokens that would not be read back equal
 *   <li>{@link io.github.wxtoken.store.OperationDeadline}: the deadline of an operation, with
 *       pauses between retries
 *   <li>{@link io.github.wxtoken.store.StoreState}: whether the store is open or closed
 *   <li>{@link io.github.wxtoken.store.TokenRecords}: turns a record into a token, or reports it as
 *       corrupt
 *   <li>{@link io.github.wxtoken.store.TokenScan}: streams all tokens, page by page
 *   <li>{@link io.github.wxtoken.store.LeaseRequest}: the owner, the start and the release of a
 *       lease
 *   <li>{@link io.github.wxtoken.store.FailureReason}: says why a driver failed and what to do
 *   <li>{@link io.github.wxtoken.store.ForwardingTokenStore}: forwards each call to another store;
 *       a subclass changes some
 * </ul>
 */
@NullMarked
package io.github.wxtoken.store;

import org.jspecify.annotations.NullMarked;

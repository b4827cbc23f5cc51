package io.github.wxtoken.store;

import java.util.List;

/**
 * How far {@link EncryptedTokenStore#reencrypt} has come.
 *
 * @param current tokens that were under the primary key already
 * @param moved tokens that were moved to it
 * @param contended tokens that other processes kept changing, so that they may be under another key
 *     still
 * @param failed records that the store cannot read, and tokens that cannot be decrypted, or that
 *     the store does not take, such as one that is too long when encrypted, or a snapshot user's
 *     that a Node process stored; they stay as they are
 * @param failedOpenids the keys of those, at most the first 1,000
 */
public record Reencryption(
    long current, long moved, long contended, long failed, List<String> failedOpenids) {
  /**
   * Tells whether every record that was found is under the primary key now.
   *
   * @return true if none was contended or failed
   */
  public boolean isComplete() {
    return contended == 0 && failed == 0;
  }
}

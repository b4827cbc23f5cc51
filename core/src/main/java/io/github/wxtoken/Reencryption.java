package io.github.wxtoken;

import java.util.List;

/**
 * How far {@link EncryptedTokenStore#reencrypt} has come.
 *
 * @param current tokens that were under the primary key already
 * @param moved tokens that were moved to it
 * @param contended tokens that other processes kept changing, so that they may be under another key
 *     still
 * @param corrupt tokens that cannot be decrypted, and stay as they are
 * @param corruptOpenids the keys of those, at most the first 1,000
 */
public record Reencryption(
    long current, long moved, long contended, long corrupt, List<String> corruptOpenids) {
  /**
   * Tells whether every token that was found is under the primary key now.
   *
   * @return true if none was contended or corrupt
   */
  public boolean isComplete() {
    return contended == 0 && corrupt == 0;
  }
}

package io.github.wxtoken.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The keys that a scan has returned, as 128 bits of their SHA-256: SCAN may return a key twice. A
 * key takes 21 to 43 bytes, however long it is. The tables stay small, so that a nearly full heap
 * need not provide a large block. Not safe for use by several threads.
 */
final class SeenKeys {
  private static final int TABLES = 256;
  private static final int SMALLEST = 16;

  /** Two numbers for each key, side by side; two zeros are a free slot. */
  private final long[][] tables = new long[TABLES][2 * SMALLEST];

  private final int[] sizes = new int[TABLES];
  private final MessageDigest sha256;

  SeenKeys() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Adds a key. Returns false if it was added before. */
  boolean add(String key) {
    byte[] digest = sha256.digest(key.getBytes(StandardCharsets.UTF_8));
    ByteBuffer bits = ByteBuffer.wrap(digest);
    int number = digest[digest.length - 1] & (TABLES - 1);
    long[] table = tables[number];
    if (!put(table, bits.getLong(0), bits.getLong(Long.BYTES))) {
      return false;
    }
    if (++sizes[number] * 8 > table.length * 3) {
      tables[number] = twiceAsLarge(table);
    }
    return true;
  }

  private static boolean put(long[] table, long high, long low) {
    int mask = table.length / 2 - 1;
    for (int place = (int) high & mask; ; place = (place + 1) & mask) {
      long presentHigh = table[2 * place];
      long presentLow = table[2 * place + 1];
      if (presentHigh == high && presentLow == low) {
        return false;
      }
      if (presentHigh == 0 && presentLow == 0) {
        table[2 * place] = high;
        table[2 * place + 1] = low;
        return true;
      }
    }
  }

  private static long[] twiceAsLarge(long[] table) {
    long[] larger = new long[2 * table.length];
    for (int i = 0; i < table.length; i += 2) {
      if (table[i] != 0 || table[i + 1] != 0) {
        put(larger, table[i], table[i + 1]);
      }
    }
    return larger;
  }
}

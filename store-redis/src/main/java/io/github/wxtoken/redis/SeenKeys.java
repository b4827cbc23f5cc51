package io.github.wxtoken.redis;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The keys that a scan has returned, as 96 bits of their SHA-256: SCAN may return a key twice. A
 * key takes 16 to 24 bytes, however long it is. The tables stay small, so that a nearly full heap
 * need not provide a large block. Not safe for use by several threads.
 */
final class SeenKeys {
  private static final int TABLES = 256;
  private static final int SMALLEST = 16;

  /** Numbers that stand for a key, side by side; three zeros are a free slot. */
  private static final int INTS = 3;

  private final int[][] tables = new int[TABLES][INTS * SMALLEST];
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
    IntBuffer bits = ByteBuffer.wrap(digest).asIntBuffer();
    int number = digest[digest.length - 1] & (TABLES - 1);
    int[] table = tables[number];
    if (!put(table, bits.get(0), bits.get(1), bits.get(2))) {
      return false;
    }
    if (++sizes[number] * 4 > slots(table) * 3) {
      tables[number] = larger(table);
    }
    return true;
  }

  private static int slots(int[] table) {
    return table.length / INTS;
  }

  private static boolean put(int[] table, int first, int second, int third) {
    int slot = (int) ((Integer.toUnsignedLong(first) * slots(table)) >>> Integer.SIZE);
    for (int i = INTS * slot; ; i = (i + INTS) % table.length) {
      if (table[i] == first && table[i + 1] == second && table[i + 2] == third) {
        return false;
      }
      if (isFree(table, i)) {
        table[i] = first;
        table[i + 1] = second;
        table[i + 2] = third;
        return true;
      }
    }
  }

  private static boolean isFree(int[] table, int i) {
    return table[i] == 0 && table[i + 1] == 0 && table[i + 2] == 0;
  }

  private static int[] larger(int[] table) {
    int[] larger = new int[INTS * (slots(table) * 3 / 2)];
    for (int i = 0; i < table.length; i += INTS) {
      if (!isFree(table, i)) {
        put(larger, table[i], table[i + 1], table[i + 2]);
      }
    }
    return larger;
  }
}

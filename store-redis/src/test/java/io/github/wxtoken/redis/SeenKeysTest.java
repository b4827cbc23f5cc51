package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SeenKeysTest {

  @Test
  void aKeyIsNewOnce() {
    SeenKeys seen = new SeenKeys();

    assertThat(seen.add("oA")).isTrue();
    assertThat(seen.add("oa")).isTrue();
    assertThat(seen.add("oA")).isFalse();
    assertThat(seen.add("")).isTrue();
    assertThat(seen.add("")).isFalse();
  }

  @Test
  void manyKeysAreNewOnceEach() {
    SeenKeys seen = new SeenKeys();
    int many = 200_000;

    for (int i = 0; i < many; i++) {
      assertThat(seen.add("wxtoken:o" + i)).isTrue();
    }
    for (int i = 0; i < many; i++) {
      assertThat(seen.add("wxtoken:o" + i)).isFalse();
    }
  }

  @Test
  void aKeyTakes16To24Bytes() throws ReflectiveOperationException {
    SeenKeys seen = new SeenKeys();
    Field tables = SeenKeys.class.getDeclaredField("tables");
    tables.setAccessible(true);

    for (int keys = 1; keys <= 400_000; keys++) {
      assertThat(seen.add("wxtoken:o" + keys)).isTrue();
      if (keys % 50_000 == 0) {
        long ints = Stream.of((int[][]) tables.get(seen)).mapToLong(table -> table.length).sum();
        assertThat((double) ints * Integer.BYTES / keys).isBetween(16.0, 24.0);
      }
    }
  }
}

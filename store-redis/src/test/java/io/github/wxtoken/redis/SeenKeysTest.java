package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

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
}

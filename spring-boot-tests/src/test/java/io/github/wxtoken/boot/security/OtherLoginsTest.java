package io.github.wxtoken.boot.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.util.ClassUtils;

/** The logins that have a page of their own, by the names of their classes. */
class OtherLoginsTest {

  /** SAML has no other test: OpenSAML, which it needs, is not in Maven Central. */
  @Test
  void eachNameIsThatOfAClassOfSpringSecurity() {
    ClassLoader loader = OtherLoginsTest.class.getClassLoader();

    assertThat(WeChatLoginConfigurer.OTHER_LOGINS)
        .hasSize(3)
        .allSatisfy(
            name ->
                assertThat(AbstractHttpConfigurer.class)
                    .isAssignableFrom(ClassUtils.resolveClassName(name, loader)));
  }
}

package io.github.wxtoken.boot;

import io.github.wxtoken.WeChatOAuth;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/** An application with a login, as docs/spring-boot.md shows it. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class TestApplication {

  /** The names of the auto-configurations in Spring Boot 3.5 and in 4. */
  private static final List<String> DATA_SOURCE =
      List.of(
          "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
          "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration");

  private static final List<String> REDIS =
      List.of(
          "org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration",
          "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration");

  private static final List<String> MONGO =
      List.of(
          "org.springframework.boot.autoconfigure.mongo.MongoAutoConfiguration",
          "org.springframework.boot.autoconfigure.data.mongo.MongoDataAutoConfiguration",
          "org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration",
          "org.springframework.boot.data.mongodb.autoconfigure.DataMongoAutoConfiguration");

  private static final String SESSION =
      "org.springframework.boot.autoconfigure.session.SessionAutoConfiguration";

  /** The login of these tests is one without Spring Security. */
  private static final List<String> SECURITY =
      List.of(
          "org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration",
          "org.springframework.boot.autoconfigure.security.servlet.SecurityFilterAutoConfiguration",
          "org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration",
          "org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration",
          "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
          "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
          "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
          "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
          "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
          SESSION);

  /** The class path has every driver. An application without one of them lacks its beans. */
  enum Driver {
    JDBC(DATA_SOURCE),
    REDIS_CLIENT(REDIS),
    MONGO_CLIENT(MONGO);

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> autoConfigurations;

    Driver(List<String> autoConfigurations) {
      this.autoConfigurations = autoConfigurations;
    }
  }

  /**
   * Returns the property that leaves these drivers to the application and takes the others away.
   */
  static String with(Driver... drivers) {
    return exclude(SECURITY.stream(), drivers);
  }

  /** Does what {@link #with} does, and leaves Spring Security to the application, too. */
  static String withSecurity(Driver... drivers) {
    return exclude(Stream.of(SESSION), drivers);
  }

  private static String exclude(Stream<String> more, Driver... drivers) {
    List<Driver> kept = List.of(drivers);
    return "spring.autoconfigure.exclude="
        + Stream.concat(
                more,
                Arrays.stream(Driver.values())
                    .filter(driver -> !kept.contains(driver))
                    .flatMap(driver -> driver.autoConfigurations.stream()))
            .collect(Collectors.joining(","));
  }

  /** Returns the port of an application that was started with {@code server.port=0}. */
  static int port(ApplicationContext context) {
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  @Bean
  LoginController loginController(WeChatOAuth oauth) {
    return new LoginController(oauth);
  }
}

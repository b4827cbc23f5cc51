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

  /** The class path has every driver. An application without one of them lacks its beans. */
  enum Driver {
    JDBC("autoconfigure.jdbc.DataSource,jdbc.autoconfigure.DataSource"),
    REDIS_CLIENT("autoconfigure.data.redis.Redis,data.redis.autoconfigure.DataRedis"),
    MONGO_CLIENT(
        "autoconfigure.mongo.Mongo,autoconfigure.data.mongo.MongoData,mongodb.autoconfigure.Mongo,"
            + "data.mongodb.autoconfigure.DataMongo");

    /** The auto-configurations of Spring Boot 3.5 and 4, without what all names have. */
    private final String autoConfigurations;

    Driver(String autoConfigurations) {
      this.autoConfigurations = autoConfigurations;
    }

    private Stream<String> classes() {
      return Arrays.stream(autoConfigurations.split(",", -1))
          .map(name -> "org.springframework.boot." + name + "AutoConfiguration");
    }
  }

  /**
   * Returns the property that leaves these drivers to the application and takes the others away.
   */
  static String with(Driver... drivers) {
    List<Driver> kept = List.of(drivers);
    return "spring.autoconfigure.exclude="
        + Arrays.stream(Driver.values())
            .filter(driver -> !kept.contains(driver))
            .flatMap(Driver::classes)
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

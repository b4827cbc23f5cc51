package io.github.wxtoken.boot;

import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Says which app and which WeChat the client is for: with {@code wxtoken.simulator.enabled=true} a
 * simulator inside the application, otherwise those of the properties.
 */
@AutoConfiguration
@ConditionalOnProperty(name = "wxtoken.enabled", matchIfMissing = true)
@EnableConfigurationProperties(WeChatProperties.class)
public class WeChatSimulatorAutoConfiguration {
  private static final Logger log = LoggerFactory.getLogger(WeChatSimulatorAutoConfiguration.class);

  /** For Spring. */
  public WeChatSimulatorAutoConfiguration() {}

  @Bean
  @ConditionalOnProperty(
      name = "wxtoken.simulator.enabled",
      havingValue = "false",
      matchIfMissing = true)
  WeChatClientSettings weChatClientSettings(WeChatProperties properties) {
    return WeChatClientSettings.of(properties);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty("wxtoken.simulator.enabled")
  @ConditionalOnMissingClass("io.github.wxtoken.simulator.WeChatSimulator")
  static class Absent {
    @Bean
    WeChatClientSettings weChatClientSettings() {
      throw new WeChatConfigurationException(
          "wxtoken.simulator.enabled is true, and the simulator is not on the class path",
          "Add io.github.wxtoken:wxtoken-simulator, or remove wxtoken.simulator.enabled.");
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty("wxtoken.simulator.enabled")
  @ConditionalOnClass(WeChatSimulator.class)
  static class Present {
    private static final Set<String> PRODUCTION = Set.of("prod", "production");

    @Bean
    @ConditionalOnMissingBean
    WeChatSimulator weChatSimulator(WeChatProperties properties, Environment environment) {
      refuseProduction(environment);
      try {
        WeChatSimulator simulator =
            WeChatSimulator.builder()
                .port(properties.simulator().port())
                .app(app(properties))
                .start();
        log.warn(
            "The WeChat simulator runs at {}, and nobody is asked for a password: for development"
                + " only",
            simulator.uri());
        return simulator;
      } catch (UncheckedIOException e) {
        throw new WeChatConfigurationException(
            "the WeChat simulator " + e.getMessage(),
            "Set wxtoken.simulator.port to a port that is free, or remove it.",
            e);
      }
    }

    private static void refuseProduction(Environment environment) {
      Arrays.stream(environment.getActiveProfiles())
          .filter(profile -> PRODUCTION.contains(profile.toLowerCase(Locale.ROOT)))
          .findFirst()
          .ifPresent(
              profile -> {
                throw new WeChatConfigurationException(
                    "wxtoken.simulator.enabled is true, and the profile "
                        + profile
                        + " is active: anybody could sign in as anybody",
                    "Set wxtoken.simulator.enabled=true in the profiles of development only.");
              });
    }

    /** The simulator knows the app of the properties, or its own where they name none. */
    private static SimulatorApp app(WeChatProperties properties) {
      return SimulatorApp.of(
          Objects.requireNonNullElse(properties.appid(), WeChatSimulator.APPID),
          Objects.requireNonNullElse(properties.secret(), WeChatSimulator.SECRET),
          properties.miniProgram() ? AppKind.MINI_PROGRAM : AppKind.SERVICE_ACCOUNT);
    }

    @Bean
    WeChatClientSettings weChatClientSettings(
        WeChatSimulator simulator, WeChatProperties properties) {
      return new WeChatClientSettings(
          Objects.requireNonNullElse(properties.appid(), WeChatSimulator.APPID),
          Objects.requireNonNullElse(properties.secret(), WeChatSimulator.SECRET),
          simulator.uri(),
          simulator.uri(),
          simulator.clock());
    }
  }
}

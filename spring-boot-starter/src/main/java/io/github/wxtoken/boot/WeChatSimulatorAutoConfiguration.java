package io.github.wxtoken.boot;

import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
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
  @Conditional(OnMainApp.class)
  AppSettings weChatAppSettings(WeChatProperties properties) {
    return AppSettings.of("wxtoken", main(properties));
  }

  @Bean
  @Conditional(OnNamedApps.class)
  NamedApps weChatNamedApps(WeChatProperties properties) {
    return new NamedApps(properties.apps());
  }

  /** The app of the properties. The simulator has one of its own, where they name none. */
  private static WeChatProperties.App main(WeChatProperties properties) {
    boolean simulated = properties.simulator().enabled();
    return new WeChatProperties.App(
        simulated && properties.appid() == null ? WeChatSimulator.APPID : properties.appid(),
        simulated && properties.secret() == null ? WeChatSimulator.SECRET : properties.secret(),
        properties.miniProgram(),
        properties.website(),
        properties.tokenMode());
  }

  @Bean
  @ConditionalOnProperty(
      name = "wxtoken.simulator.enabled",
      havingValue = "false",
      matchIfMissing = true)
  WeChatEndpoints weChatEndpoints(WeChatProperties properties) {
    return new WeChatEndpoints(properties.apiEndpoint(), properties.openEndpoint(), null);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty("wxtoken.simulator.enabled")
  @ConditionalOnMissingClass("io.github.wxtoken.simulator.WeChatSimulator")
  static class Absent {
    @Bean
    WeChatEndpoints weChatEndpoints() {
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
    WeChatSimulator weChatSimulator(
        WeChatProperties properties,
        Environment environment,
        ObjectProvider<AppSettings> main,
        ObjectProvider<NamedApps> named) {
      refuseProduction(environment);
      WeChatSimulator.Builder builder =
          WeChatSimulator.builder().port(properties.simulator().port());
      main.ifAvailable(app -> builder.app(simulated(app)));
      named.ifAvailable(apps -> apps.all().forEach(app -> builder.app(simulated(app))));
      try {
        WeChatSimulator simulator = builder.start();
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

    private static SimulatorApp simulated(AppSettings app) {
      return SimulatorApp.of(app.appid(), app.credentials().secret(), kind(app));
    }

    private static AppKind kind(AppSettings app) {
      if (app.credentials().isMiniProgram()) {
        return AppKind.MINI_PROGRAM;
      }
      return app.website() ? AppKind.WEBSITE : AppKind.SERVICE_ACCOUNT;
    }

    @Bean
    WeChatEndpoints weChatEndpoints(WeChatSimulator simulator) {
      return new WeChatEndpoints(simulator.uri(), simulator.uri(), simulator.clock());
    }
  }
}

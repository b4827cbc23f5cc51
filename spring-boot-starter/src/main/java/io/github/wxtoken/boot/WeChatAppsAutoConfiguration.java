package io.github.wxtoken.boot;

import io.github.wxtoken.WeChatApps;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/** Configures the clients of the apps in {@code wxtoken.apps}. */
@AutoConfiguration(after = WeChatAutoConfiguration.class)
@ConditionalOnProperty(name = "wxtoken.enabled", matchIfMissing = true)
@Conditional(OnNamedApps.class)
public class WeChatAppsAutoConfiguration {

  /** For Spring. */
  public WeChatAppsAutoConfiguration() {}

  /** Static, since it registers beans before others are made. */
  @Bean
  static NamedClients weChatNamedClients(
      Environment environment, ConfigurableListableBeanFactory beans) {
    return new NamedClients(environment, beans);
  }

  @Bean
  @ConditionalOnMissingBean
  WeChatApps weChatApps(NamedApps apps, WeChatEndpoints endpoints, ClientSettings settings) {
    try {
      WeChatApps.Builder builder = WeChatApps.builder(apps::credentials);
      settings.applyTo(builder);
      endpoints.applyTo(builder);
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new WeChatConfigurationException(
          "the WeChat clients cannot be built: " + e.getMessage(),
          "Correct the properties wxtoken.*.",
          e);
    }
  }

  @Bean
  @ConditionalOnSingleCandidate(WeChatApps.class)
  WeChatLifecycle weChatAppsLifecycle(WeChatApps apps, ApplicationContext context) {
    return new WeChatLifecycle(apps::close, context);
  }
}

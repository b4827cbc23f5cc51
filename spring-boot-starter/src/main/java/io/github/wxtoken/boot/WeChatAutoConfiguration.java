package io.github.wxtoken.boot;

import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.WeChatOAuthListener;
import io.github.wxtoken.store.TokenStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** Configures a client of WeChat, unless the application has one. */
@AutoConfiguration(
    after = {
      WeChatSimulatorAutoConfiguration.class,
      WeChatStoreAutoConfiguration.class,
      WeChatMetricsAutoConfiguration.class
    })
@ConditionalOnProperty(name = "wxtoken.enabled", matchIfMissing = true)
@EnableConfigurationProperties(WeChatProperties.class)
public class WeChatAutoConfiguration {

  /** For Spring. */
  public WeChatAutoConfiguration() {}

  /** The latest answers of WeChat, for the health check. */
  @Bean
  WeChatAnswers weChatAnswers() {
    return new WeChatAnswers();
  }

  @Bean
  @ConditionalOnBean(TokenStore.class)
  ClientSettings weChatClientSettings(
      WeChatProperties properties,
      TokenStore store,
      ObjectProvider<WeChatOAuthListener> listeners) {
    return new ClientSettings(properties, store, listeners);
  }

  @Bean
  @ConditionalOnMissingBean
  @Conditional(OnMainApp.class)
  WeChatOAuth weChatOAuth(
      AppSettings app,
      WeChatEndpoints endpoints,
      ClientSettings settings,
      ObjectProvider<WeChatOAuthBuilderCustomizer> customizers) {
    try {
      WeChatOAuth.Builder builder =
          WeChatOAuth.builder(app.appid(), app.credentials().secret())
              .miniProgram(app.credentials().isMiniProgram());
      builder.appTokenMode(app.credentials().tokenMode());
      settings.applyTo(builder);
      endpoints.applyTo(builder);
      customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new WeChatConfigurationException(
          "the WeChat client cannot be built: " + e.getMessage(),
          "Correct the properties wxtoken.*, or the bean of type WeChatOAuthBuilderCustomizer.",
          e);
    }
  }

  /** The client of the app's own credentials is closed with that of the users. */
  @Bean(destroyMethod = "")
  @ConditionalOnMissingBean
  @ConditionalOnSingleCandidate(WeChatOAuth.class)
  WeChatApp weChatApp(WeChatOAuth oauth) {
    return oauth.app();
  }

  @Bean
  @ConditionalOnSingleCandidate(WeChatOAuth.class)
  WeChatLifecycle weChatLifecycle(WeChatOAuth oauth, ApplicationContext context) {
    return new WeChatLifecycle(oauth::close, context);
  }
}

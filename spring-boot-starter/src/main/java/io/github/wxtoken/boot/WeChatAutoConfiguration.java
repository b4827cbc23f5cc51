package io.github.wxtoken.boot;

import io.github.wxtoken.RefreshPolicy;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.WeChatOAuthListener;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

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
  @ConditionalOnMissingBean
  WeChatOAuth weChatOAuth(
      WeChatClientSettings settings,
      WeChatProperties properties,
      TokenStore store,
      ObjectProvider<WeChatOAuthListener> listeners,
      ObjectProvider<WeChatOAuthBuilderCustomizer> customizers) {
    WeChatOAuth.Builder builder = settings.builder().store(store);
    try {
      builder
          .miniProgram(properties.miniProgram())
          .httpTimeout(properties.httpTimeout())
          .refreshPolicy(policy(properties))
          .listener(all(listeners));
      customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new WeChatConfigurationException(
          "the WeChat client cannot be built: " + e.getMessage(),
          "Correct the properties wxtoken.*, or the bean of type WeChatOAuthBuilderCustomizer.",
          e);
    }
  }

  /** The times fit together for any HTTP timeout, as the client's own default does. */
  private static RefreshPolicy policy(WeChatProperties properties) {
    Duration store = properties.store().timeout();
    Duration lease = properties.httpTimeout().plus(store).plus(store).plus(Duration.ofSeconds(1));
    return new RefreshPolicy(properties.refreshAhead(), store, lease, lease.plus(lease));
  }

  private static WeChatOAuthListener all(ObjectProvider<WeChatOAuthListener> listeners) {
    List<WeChatOAuthListener> found = listeners.orderedStream().toList();
    return found.size() == 1 ? found.get(0) : ListenerGroup.of(found);
  }

  @Bean
  @ConditionalOnSingleCandidate(WeChatOAuth.class)
  WeChatLifecycle weChatLifecycle(WeChatOAuth oauth, ApplicationContext context) {
    return new WeChatLifecycle(oauth, context);
  }
}

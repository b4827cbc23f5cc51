package io.github.wxtoken.boot;

import io.github.wxtoken.store.TokenStore;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Adds {@code wechat} to the health of the application. The interface of health indicators is in
 * another package since Spring Boot 4, so there is one configuration for each; an application has
 * the classes of one of them.
 */
@AutoConfiguration(
    after = WeChatAutoConfiguration.class,
    beforeName = {
      // Spring Boot 3.5
      "org.springframework.boot.actuate.autoconfigure.health.HealthContributorAutoConfiguration",
      // Spring Boot 4
      "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration"
    })
public class WeChatHealthAutoConfiguration {
  private static final String INDICATOR = "wechatHealthIndicator";

  /** For Spring. */
  public WeChatHealthAutoConfiguration() {}

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
  @ConditionalOnBean({TokenStore.class, WeChatAnswers.class})
  static class Boot3 {
    @Bean(INDICATOR)
    @ConditionalOnEnabledHealthIndicator("wechat")
    @ConditionalOnMissingBean(name = INDICATOR)
    HealthIndicator wechatHealthIndicator(TokenStore store, WeChatAnswers answers) {
      return new Boot3HealthIndicator(new WeChatHealth(store, answers));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({
    org.springframework.boot.health.contributor.HealthIndicator.class,
    org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator
        .class
  })
  @ConditionalOnBean({TokenStore.class, WeChatAnswers.class})
  static class Boot4 {
    @Bean(INDICATOR)
    @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator(
        "wechat")
    @ConditionalOnMissingBean(name = INDICATOR)
    org.springframework.boot.health.contributor.HealthIndicator wechatHealthIndicator(
        TokenStore store, WeChatAnswers answers) {
      return new Boot4HealthIndicator(new WeChatHealth(store, answers));
    }
  }
}

package io.github.wxtoken.boot;

import io.github.wxtoken.micrometer.WeChatMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** Records what the client does where the application has a registry of meters. */
@AutoConfiguration(
    afterName = {
      // Spring Boot 3.5
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      // Spring Boot 4
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnProperty(name = "wxtoken.enabled", matchIfMissing = true)
@ConditionalOnClass({MeterRegistry.class, WeChatMetrics.class})
@ConditionalOnBean(MeterRegistry.class)
public class WeChatMetricsAutoConfiguration {

  /** For Spring. */
  public WeChatMetricsAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  WeChatMetrics weChatMetrics(MeterRegistry registry) {
    return new WeChatMetrics(registry);
  }
}

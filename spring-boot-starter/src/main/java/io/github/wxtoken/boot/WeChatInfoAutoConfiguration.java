package io.github.wxtoken.boot;

import io.github.wxtoken.store.TokenStore;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Adds the version of wxtoken and the kind of the store to the info endpoint. */
@AutoConfiguration(after = WeChatAutoConfiguration.class)
@ConditionalOnClass({InfoContributor.class, ConditionalOnEnabledInfoContributor.class})
@ConditionalOnBean(TokenStore.class)
public class WeChatInfoAutoConfiguration {

  /** For Spring. */
  public WeChatInfoAutoConfiguration() {}

  @Bean
  @ConditionalOnEnabledInfoContributor("wechat")
  @ConditionalOnMissingBean
  WeChatInfoContributor wechatInfoContributor(TokenStore store) {
    return new WeChatInfoContributor(store);
  }
}

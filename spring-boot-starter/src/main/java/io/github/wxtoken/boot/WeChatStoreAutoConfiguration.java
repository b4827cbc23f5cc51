package io.github.wxtoken.boot;

import com.mongodb.client.MongoClient;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.jdbc.JdbcTokenStore;
import io.github.wxtoken.mongo.MongoTokenStore;
import io.github.wxtoken.redis.RedisTokenStore;
import io.github.wxtoken.store.TokenCipher;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.lettuce.core.RedisClient;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.mongodb.MongoDatabaseFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Opens the token store: by {@code wxtoken.store.url}, or on a bean of the application. Each kind
 * of store is a {@link StoreBackend}, and there is one for each store module and driver on the
 * class path. An application that defines a {@link TokenStore} or a {@link WeChatOAuth} gets none.
 */
@AutoConfiguration(
    after = WeChatSimulatorAutoConfiguration.class,
    afterName = {
      // Spring Boot 3.5
      "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
      "org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration",
      "org.springframework.boot.autoconfigure.mongo.MongoAutoConfiguration",
      "org.springframework.boot.autoconfigure.data.mongo.MongoDataAutoConfiguration",
      // Spring Boot 4
      "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
      "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
      "org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration",
      "org.springframework.boot.data.mongodb.autoconfigure.DataMongoAutoConfiguration"
    })
@ConditionalOnProperty(name = "wxtoken.enabled", matchIfMissing = true)
@ConditionalOnMissingBean({TokenStore.class, WeChatOAuth.class})
@EnableConfigurationProperties(WeChatProperties.class)
public class WeChatStoreAutoConfiguration {
  /** The name of the bean. */
  static final String STORE = "weChatTokenStore";

  /** For Spring. */
  public WeChatStoreAutoConfiguration() {}

  @Bean(name = STORE, destroyMethod = "close")
  TokenStore weChatTokenStore(
      ObjectProvider<AppSettings> app,
      ObjectProvider<NamedApps> apps,
      WeChatProperties properties,
      ObjectProvider<StoreBackend> backends,
      ObjectProvider<TokenCipher> ciphers,
      ObjectProvider<SslBundles> bundles) {
    // A missing appid is reported before a store that cannot be opened.
    AppSettings main = app.getIfAvailable();
    apps.ifAvailable(named -> {});
    TokenCipher cipher =
        ciphers.getIfAvailable(() -> EncryptionKeys.cipher(properties.encryption()));
    Supplier<TokenStore> opener =
        new StoreOpener(properties, backends.orderedStream().toList(), bundles.getIfAvailable())
            .opener(main == null ? null : main.appid(), cipher);
    return properties.failFast() ? open(opener) : ReopeningTokenStore.eventually(opener);
  }

  private static TokenStore open(Supplier<TokenStore> opener) {
    try {
      return opener.get();
    } catch (TokenStoreException e) {
      throw new WeChatConfigurationException(
          "the token store cannot be opened: " + e.getMessage(),
          "Correct the store or wxtoken.store.*. To start without the store and open it later, set"
              + " wxtoken.fail-fast=false.",
          e);
    } catch (IllegalArgumentException e) {
      throw new WeChatConfigurationException(
          "the token store is configured wrongly: " + e.getMessage(),
          "Correct wxtoken.store.* and wxtoken.encryption.*.",
          e);
    }
  }

  @Bean
  CandidateBeans weChatCandidateBeans(ConfigurableListableBeanFactory beans) {
    return new CandidateBeans(beans);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(JdbcTokenStore.class)
  static class Jdbc {
    @Bean
    StoreBackend weChatJdbcBackend(CandidateBeans beans, WeChatProperties properties) {
      return new JdbcBackend(beans, properties.store());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({RedisTokenStore.class, RedisClient.class})
  static class Redis {
    @Bean
    StoreBackend weChatLettuceBackend(CandidateBeans beans, WeChatProperties properties) {
      return new LettuceBackend(beans, new RedisStores(properties.store()));
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(LettuceConnectionFactory.class)
    static class SpringData {
      @Bean
      StoreBackend weChatRedisBackend(CandidateBeans beans, WeChatProperties properties) {
        return new SpringDataRedisBackend(beans, new RedisStores(properties.store()));
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({MongoTokenStore.class, MongoClient.class})
  static class Mongo {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("org.springframework.data.mongodb.MongoDatabaseFactory")
    static class Driver {
      @Bean
      StoreBackend weChatMongoBackend(CandidateBeans beans, WeChatProperties properties) {
        return new MongoBackend(beans, properties.store());
      }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MongoDatabaseFactory.class)
    static class SpringData {
      @Bean
      StoreBackend weChatMongoBackend(CandidateBeans beans, WeChatProperties properties) {
        return new SpringDataMongoBackend(beans, properties.store());
      }
    }
  }
}

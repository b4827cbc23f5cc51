package io.github.wxtoken.boot;

import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.WeChatApps;
import io.github.wxtoken.WeChatOAuth;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.env.Environment;

/**
 * Registers the two clients of each app in {@code wxtoken.apps} as beans with the app's name as
 * their qualifier. An injection point without a qualifier does not get them.
 */
final class NamedClients implements BeanDefinitionRegistryPostProcessor {
  private final Environment environment;
  private final ConfigurableListableBeanFactory beans;

  NamedClients(Environment environment, ConfigurableListableBeanFactory beans) {
    this.environment = environment;
    this.beans = beans;
  }

  @Override
  public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
    for (String name : AppNames.of(environment)) {
      register(registry, name, WeChatOAuth.class, () -> apps().get(appid(name)));
      register(registry, name, WeChatApp.class, () -> apps().app(appid(name)));
    }
  }

  private static <T> void register(
      BeanDefinitionRegistry registry, String name, Class<T> type, Supplier<T> client) {
    RootBeanDefinition definition = new RootBeanDefinition(type, client);
    definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
    definition.setDefaultCandidate(false);
    registry.registerBeanDefinition(name + type.getSimpleName(), definition);
  }

  private WeChatApps apps() {
    return beans.getBean(WeChatApps.class);
  }

  private String appid(String name) {
    return beans.getBean(NamedApps.class).settings(name).appid();
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {}
}

package io.github.wxtoken.boot;

import java.util.Arrays;
import java.util.List;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Finds the beans of a type that Spring would inject, by their names. */
final class CandidateBeans {
  private final ConfigurableListableBeanFactory beans;

  CandidateBeans(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
  }

  /** Returns the primary bean alone if there is one, as an injection point would get. */
  List<String> namesOf(Class<?> type) {
    List<String> names =
        Arrays.stream(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type, true, false))
            .filter(this::isInjectable)
            .toList();
    List<String> primary = names.stream().filter(this::isPrimary).toList();
    return primary.size() == 1 ? primary : names;
  }

  /** Returns a bean; it is destroyed after the store that uses it. */
  <T> T get(String name, Class<T> type) {
    T bean = beans.getBean(name, type);
    beans.registerDependentBean(name, WeChatStoreAutoConfiguration.STORE);
    return bean;
  }

  /** The target of a scoped proxy is not injected, for example. */
  private boolean isInjectable(String name) {
    return !beans.containsBeanDefinition(name) || definition(name).isAutowireCandidate();
  }

  private boolean isPrimary(String name) {
    return beans.containsBeanDefinition(name) && definition(name).isPrimary();
  }

  private BeanDefinition definition(String name) {
    return beans.getMergedBeanDefinition(name);
  }
}

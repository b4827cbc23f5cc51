package io.github.wxtoken.boot.test;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.support.TestPropertySourceUtils;

/**
 * Sets the properties of a test's application. It is a part of the key of the context cache, so
 * equal ones share a context.
 *
 * @param memoryStore whether tokens are kept in memory
 */
record SimulatorContextCustomizer(boolean memoryStore) implements ContextCustomizer {
  @Override
  public void customizeContext(
      ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
    TestPropertySourceUtils.addInlinedPropertiesToEnvironment(
        context, "wxtoken.simulator.enabled=true");
    if (memoryStore) {
      TestPropertySourceUtils.addInlinedPropertiesToEnvironment(
          context, "wxtoken.store.url=memory:", "wxtoken.store.bean=");
    }
  }
}

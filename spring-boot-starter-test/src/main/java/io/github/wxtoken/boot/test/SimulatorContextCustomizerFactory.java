package io.github.wxtoken.boot.test;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Finds the annotation at a test class, at one around it, or at one above it. */
final class SimulatorContextCustomizerFactory implements ContextCustomizerFactory {
  @Override
  public @Nullable ContextCustomizer createContextCustomizer(
      Class<?> testClass, List<ContextConfigurationAttributes> configAttributes) {
    AutoConfigureWeChatSimulator annotation =
        TestContextAnnotationUtils.findMergedAnnotation(
            testClass, AutoConfigureWeChatSimulator.class);
    return annotation == null ? null : new SimulatorContextCustomizer(annotation.memoryStore());
  }
}

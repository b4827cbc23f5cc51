package io.github.wxtoken.boot;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches unless the application has apps by name, and no {@code wxtoken.appid} beside them. */
final class OnMainApp extends SpringBootCondition {
  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    boolean matches = isConfigured(context.getEnvironment());
    return new ConditionOutcome(
        matches, ConditionMessage.of(matches ? "a main app" : "only apps by name"));
  }

  static boolean isConfigured(Environment environment) {
    return environment.containsProperty("wxtoken.appid") || AppNames.of(environment).isEmpty();
  }
}

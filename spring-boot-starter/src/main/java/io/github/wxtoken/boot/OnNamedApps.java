package io.github.wxtoken.boot;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if the application has apps by name. */
final class OnNamedApps extends SpringBootCondition {
  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    boolean matches = !AppNames.of(context.getEnvironment()).isEmpty();
    return new ConditionOutcome(
        matches, ConditionMessage.of(matches ? "wxtoken.apps is set" : "wxtoken.apps is not set"));
  }
}

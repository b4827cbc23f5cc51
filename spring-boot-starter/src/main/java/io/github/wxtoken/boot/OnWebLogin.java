package io.github.wxtoken.boot;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches unless all apps are mini programs, which have no web login. */
final class OnWebLogin extends SpringBootCondition {
  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    boolean matches = hasWebLogin(context.getEnvironment());
    return new ConditionOutcome(
        matches, ConditionMessage.of(matches ? "a web login" : "only mini programs"));
  }

  private static boolean hasWebLogin(Environment environment) {
    boolean main = OnMainApp.isConfigured(environment);
    return (main && !isMiniProgram(environment, "wxtoken"))
        || AppNames.of(environment).stream()
            .anyMatch(name -> !isMiniProgram(environment, "wxtoken.apps." + name));
  }

  private static boolean isMiniProgram(Environment environment, String app) {
    return environment.getProperty(app + ".mini-program", Boolean.class, false);
  }
}

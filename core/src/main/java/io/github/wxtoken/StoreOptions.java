package io.github.wxtoken;

import java.time.Duration;
import java.util.Map;

/**
 * The options of ours that ride along in a store's URL: {@code ?wxtoken.createSchema=true}.
 * Immutable.
 */
public final class StoreOptions {
  private final Map<String, String> values;

  /**
   * Holds these options.
   *
   * @param values values by name, without the {@code wxtoken.} prefix
   */
  public StoreOptions(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /**
   * Returns an option as it was written.
   *
   * @param name the option
   * @param otherwise what it is where the URL does not say
   * @return its value
   */
  public String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /**
   * Returns a switch.
   *
   * @param name the option
   * @param otherwise what it is where the URL does not say
   * @return its value
   * @throws IllegalArgumentException if it is neither {@code true} nor {@code false}
   */
  public boolean flag(String name, boolean otherwise) {
    String value = text(name, String.valueOf(otherwise));
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException("wxtoken." + name + " must be true or false");
    }
    return value.equals("true");
  }

  /**
   * Returns a whole number.
   *
   * @param name the option
   * @param otherwise what it is where the URL does not say
   * @return its value
   * @throws IllegalArgumentException if it is not a whole number of at least 1
   */
  public int count(String name, int otherwise) {
    try {
      int value = Integer.parseInt(text(name, String.valueOf(otherwise)));
      if (value >= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below, with the name and the rule
    }
    throw new IllegalArgumentException("wxtoken." + name + " must be a whole number from 1");
  }

  /**
   * Returns a time.
   *
   * @param name the option, whose value is a number of milliseconds
   * @param otherwise what it is where the URL does not say
   * @return its value
   * @throws IllegalArgumentException if it is not a whole number of at least 1
   */
  public Duration millis(String name, Duration otherwise) {
    return Duration.ofMillis(count(name, Math.toIntExact(otherwise.toMillis())));
  }
}

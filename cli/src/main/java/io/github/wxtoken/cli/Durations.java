package io.github.wxtoken.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads and writes durations: {@code 90d}, {@code 12h}. */
final class Durations implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,4})([dh])");

  /** For picocli. */
  Durations() {}

  @Override
  public Duration convert(String text) {
    Matcher found = FORM.matcher(text);
    if (!found.matches()) {
      throw new TypeConversionException(
          "a duration is written in days or hours, such as 90d or 12h");
    }
    long amount = Long.parseLong(found.group(1));
    return found.group(2).equals("d") ? Duration.ofDays(amount) : Duration.ofHours(amount);
  }

  /** Returns such as {@code 1:02:03} or {@code 2:03}. */
  static String clock(long seconds) {
    return seconds >= 3_600
        ? String.format("%d:%02d:%02d", seconds / 3_600, seconds / 60 % 60, seconds % 60)
        : String.format("%d:%02d", seconds / 60, seconds % 60);
  }
}

package io.github.wxtoken;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Rules that hold regardless of the fields that WeChat adds to an answer. */
class AnswersPropertyTest {

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void whateverIsAddedToAnAnswerItsTokenIsSavedAndReadBackEqual(@ForAll("fields") String fields) {
    OAuthToken token;
    try {
      token = RecordLimitsTest.answered(fields);
    } catch (WeChatTransportException e) {
      return; // nothing was made of it that could be saved
    }
    RecordLimitsTest.assertSavedAndReadBackEqual(token);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whateverARefreshAddsTheTokenIsSavedAndReadBackEqual(
      @ForAll("fields") String before, @ForAll("fields") String added) {
    OAuthToken renewed;
    try {
      renewed = RecordLimitsTest.answered(before).overlay(RecordLimitsTest.answered(added));
    } catch (WeChatTransportException e) {
      return;
    }
    RecordLimitsTest.assertSavedAndReadBackEqual(renewed);
  }

  @Provide
  Arbitrary<String> fields() {
    return Combinators.combine(text(name()), value(2))
        .as((name, value) -> name + ":" + value)
        .list()
        .ofMaxSize(4)
        .map(fields -> String.join(",", fields));
  }

  private static Arbitrary<String> value(int deep) {
    Arbitrary<String> plain =
        Arbitraries.oneOf(
            number(), text(repeated(30_000)), text(repeated(100)), Arbitraries.of("true", "null"));
    return deep == 0
        ? plain
        : Arbitraries.oneOf(
            plain,
            nested(),
            value(deep - 1).list().ofMaxSize(3).map(AnswersPropertyTest::array),
            Combinators.combine(plain, Arbitraries.integers().between(0, 3_000))
                .as((value, times) -> array(List.of(value.length() > 9 ? "1" : value), times)));
  }

  /** Digits with and without a point and an exponent, about as many as are read, and more. */
  private static Arbitrary<String> number() {
    Arbitrary<String> whole =
        Arbitraries.oneOf(digits(1, 20), digits(90, 101)).map(digits -> "1" + digits);
    Arbitrary<String> fraction =
        Arbitraries.oneOf(Arbitraries.just(""), digits(1, 101).map("."::concat));
    Arbitrary<String> exponent =
        Arbitraries.oneOf(
            Arbitraries.just(""),
            Arbitraries.of(0, 1, 99, 5_000, 999_999_999, 2_147_483_600, Integer.MAX_VALUE)
                .flatMap(e -> Arbitraries.of("e" + e, "E-" + e)));
    return Combinators.combine(
            Arbitraries.of("", "-"),
            Arbitraries.oneOf(Arbitraries.just("0"), whole),
            fraction,
            exponent)
        .as((sign, integer, digits, e) -> sign + integer + digits + e);
  }

  private static Arbitrary<String> digits(int least, int most) {
    return Arbitraries.strings().numeric().ofMinLength(least).ofMaxLength(most);
  }

  private static Arbitrary<String> nested() {
    return Arbitraries.integers()
        .between(1, 33)
        .flatMap(
            depth ->
                Arbitraries.of(
                    "[".repeat(depth) + "]".repeat(depth),
                    "{\"a\":".repeat(depth) + "0" + "}".repeat(depth)));
  }

  private static Arbitrary<String> name() {
    return Arbitraries.oneOf(
        Arbitraries.of("a", "b", ""), repeated(3), Arbitraries.just("n".repeat(9_000)));
  }

  /** Characters that grow when they are written as JSON, as bytes, or not at all. */
  private static Arbitrary<String> repeated(int most) {
    Arbitrary<String> unit =
        Arbitraries.of(
            "x", "\u0001", "\\u0000", "\\ud83d", "\\ude00", "\ud83d\ude00", "\u4e2d", "\\\"", "/");
    return Combinators.combine(
            unit.list().ofMinSize(1).ofMaxSize(3), Arbitraries.integers().between(0, most))
        .as((units, times) -> String.join("", units).repeat(times));
  }

  private static Arbitrary<String> text(Arbitrary<String> content) {
    return content.map(text -> "\"" + text + "\"");
  }

  private static String array(List<String> items) {
    return items.stream().collect(Collectors.joining(",", "[", "]"));
  }

  private static String array(List<String> items, int times) {
    return "[" + (items.get(0) + ",").repeat(times) + items.get(0) + "]";
  }
}

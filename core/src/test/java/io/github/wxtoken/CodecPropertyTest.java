package io.github.wxtoken;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Builders;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.jspecify.annotations.Nullable;

/** Rules that hold for every token that is written. */
@Tag("faults")
public class CodecPropertyTest {

  @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE)
  void aTokenIsReadFromItsBytesAsItWasWritten(@ForAll("tokens") OAuthToken token) {
    String stored = new String(token.toJson().getBytes(UTF_8), UTF_8);

    assertThat(OAuthToken.fromJson(stored)).isEqualTo(token);
  }

  @Provide
  Arbitrary<OAuthToken> tokens() {
    return Builders.withBuilder(OAuthToken::builder)
        .use(text(30).map("o"::concat))
        .in(OAuthToken.Builder::openid)
        .use(maybe())
        .in(OAuthToken.Builder::accessToken)
        .use(maybe())
        .in(OAuthToken.Builder::refreshToken)
        .use(maybe())
        .in(OAuthToken.Builder::sessionKey)
        .use(maybe())
        .in(OAuthToken.Builder::scope)
        .use(maybe())
        .in(OAuthToken.Builder::unionid)
        .use(number())
        .in(OAuthToken.Builder::expiresIn)
        .use(number())
        .in(OAuthToken.Builder::createAt)
        .use(Arbitraries.of(true, false))
        .in(OAuthToken.Builder::snapshotUser)
        .use(fields(3))
        .in(OAuthToken.Builder::extra)
        .build(OAuthToken.Builder::build);
  }

  private static Arbitrary<@Nullable String> maybe() {
    return text(80).injectNull(0.25);
  }

  private static Arbitrary<Long> number() {
    return Arbitraries.longs().greaterOrEqual(0);
  }

  private static Arbitrary<Map<String, @Nullable Object>> fields(int deep) {
    // No field of a token begins with x, and Jackson reads no half of a pair in a name.
    return Arbitraries.maps(wellFormed(8).map("x"::concat), value(deep)).ofMaxSize(3);
  }

  private static Arbitrary<@Nullable Object> value(int deep) {
    Arbitrary<@Nullable Object> plain =
        Arbitraries.<Object>oneOf(
                text(20),
                Arbitraries.longs(),
                Arbitraries.bigIntegers().between(BigInteger.TWO.pow(64), BigInteger.TWO.pow(200)),
                Combinators.combine(Arbitraries.longs(), Arbitraries.integers().between(1, 1_000))
                    .as(BigDecimal::valueOf),
                Arbitraries.of(true, false))
            .injectNull(0.15);
    return deep == 0
        ? plain
        : Arbitraries.<@Nullable Object>oneOf(
            plain, value(deep - 1).list().ofMaxSize(3), fields(deep - 1));
  }

  /** Any characters, also control characters and halves of surrogate pairs. */
  static Arbitrary<String> text(int longest) {
    // As many characters are ASCII as are not.
    return Arbitraries.oneOf(Arbitraries.chars().ascii(), Arbitraries.chars().range('\0', '\uffff'))
        .list()
        .ofMaxSize(longest)
        .map(CodecPropertyTest::joined);
  }

  private static String joined(List<Character> chars) {
    return chars.stream().map(String::valueOf).collect(Collectors.joining());
  }

  public static Arbitrary<String> wellFormed(int longest) {
    return text(longest).map(text -> new String(text.getBytes(UTF_8), UTF_8));
  }
}

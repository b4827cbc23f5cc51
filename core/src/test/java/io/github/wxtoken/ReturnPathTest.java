package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each refusal of a return path names the rule that the path breaks, and what to pass instead. */
class ReturnPathTest {

  @ParameterizedTest
  @CsvSource({"/订单?id=1, /%E8%AE%A2%E5%8D%95?id=1", "/a b, /a%20b", "/a|b, /a%7Cb", "/é, /%C3%A9"})
  void aPathThatIsNotEncodedIsShownWithItsEncoding(String path, String encoded) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReturnPath.require(path))
        .withMessage(
            "returnPath must be percent-encoded ASCII of at most 48 characters. Pass this path encoded: "
                + encoded);
    assertThatNoException().isThrownBy(() -> ReturnPath.require(encoded));
  }

  @Test
  void aPathThatIsTooLongOnceItIsEncodedIsToldItsLength() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReturnPath.require("/订单/我的订单"))
        .withMessageStartingWith(
            "returnPath must be percent-encoded ASCII of at most 48 characters. Encoded, this one"
                + " has 56 characters. Pass a shorter path");
  }

  @Test
  void aPathThatIsTooLongIsToldTheLimitAndItsLength() {
    String longest = "/" + "1".repeat(47);
    assertThatNoException().isThrownBy(() -> ReturnPath.require(longest));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReturnPath.require(longest + "1"))
        .withMessageStartingWith("returnPath must have at most 48 characters")
        .withMessageContaining("This one has 49. Pass a shorter path");
  }

  @ParameterizedTest
  @CsvSource({
    "https://shop.example/a, begin with a slash",
    "//shop.example, not have //",
    "/a//b, not have //",
    "/\\shop.example, not have // or a backslash",
    "/a#b, not have a fragment (#)",
    "'/a\tb', not have control characters"
  })
  void theRuleThatIsBrokenIsNamed(String path, String rule) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReturnPath.require(path.replace("\\t", "\t")))
        .withMessageStartingWith("returnPath must " + rule);
  }
}

package io.github.wxtoken.testkit;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.testkit.PlainTokenStore.Data;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Stores that take one key for another, or what is no key for one. */
final class KeyMutants {
  private static final String LOOKALIKES = "Keys.whatIsDoneToOneKeyIsNotDoneToItsLookalike";
  private static final String APART = "Keys.keysThatDifferByOneCharacterAreDifferentKeys";

  static final List<Mutant> ALL =
      List.of(
          keys("folds the case of keys", key -> key.toLowerCase(Locale.ROOT), APART, LOOKALIKES),
          keys("trims the end of keys", key -> key.replaceFirst("[-_:]+$", ""), APART, LOOKALIKES),
          keys("takes digits for numbers", KeyMutants::number, APART, LOOKALIKES),
          keys("takes _ for any character", key -> key.replace("_", "x"), APART, LOOKALIKES),
          keys(
              "cuts keys",
              key -> key.substring(0, Math.min(key.length(), 64)),
              "Keys.longKeysThatDifferAtTheirEndAreDifferentKeys"),
          keys(
              "loses the end of the longest key",
              key -> key.substring(0, Math.min(key.length(), 127)),
              "Keys.longKeysThatDifferAtTheirEndAreDifferentKeys"),
          Mutant.of(
              "checks no key",
              ChecksNoKey::new,
              "Keys.whatIsNoKeyIsRefusedByEveryMethod",
              "Keys.aKeyThatIsTooLongIsRefusedByEveryMethod"),
          Mutant.of(
              "trims a key before it checks it",
              TrimsBeforeItChecks::new,
              "Keys.whatIsNoKeyIsRefusedByEveryMethod"));

  private KeyMutants() {}

  private static Mutant keys(String name, UnaryOperator<String> key, String... rejectedBy) {
    return Mutant.of(
        name,
        data ->
            new PlainTokenStore(data) {
              @Override
              String key(String openid) {
                return key.apply(openid);
              }
            },
        rejectedBy);
  }

  private static String number(String key) {
    return key.matches("[0-9]+(e[0-9]+)?") ? String.valueOf(Double.parseDouble(key)) : key;
  }

  private static final class ChecksNoKey extends PlainTokenStore {
    ChecksNoKey(Data data) {
      super(data);
    }

    @Override
    void check(String openid) {}

    @Override
    void check(String openid, OAuthToken token) {}

    @Override
    void checkExpected(String openid, OAuthToken expected) {}
  }

  private static final class TrimsBeforeItChecks extends PlainTokenStore {
    TrimsBeforeItChecks(Data data) {
      super(data);
    }

    @Override
    void check(String openid) {
      super.check(openid == null ? "" : openid.strip());
    }

    @Override
    String key(String openid) {
      return openid.strip();
    }
  }
}

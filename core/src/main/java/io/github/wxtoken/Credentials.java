package io.github.wxtoken;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses an appid and a secret that are certainly wrong, when the client is made and not at the
 * first sign-in. No message shows a value.
 */
final class Credentials {
  /** The form that WeChat gives an appid. Test doubles may use any other text. */
  private static final Pattern APPID = Pattern.compile("wx[0-9a-f]{16}");

  /** The form that WeChat gives a secret. */
  private static final Pattern SECRET = Pattern.compile("[0-9a-f]{32}");

  /** Matches placeholders of Spring, Maven, Helm and shells. */
  private static final List<String> PLACEHOLDERS = List.of("${", "#{", "{{");

  private Credentials() {}

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException if one is blank, is a placeholder, has white space or quotes,
   *     or is the other one
   */
  static void require(@Nullable String appid, @Nullable String secret) {
    String id = requirePlain("appid", appid);
    String key = requirePlain("secret", secret);
    boolean idIsSecret = isOfForm(SECRET, id);
    boolean secretIsId = isOfForm(APPID, key);
    if (idIsSecret && secretIsId) {
      throw new IllegalArgumentException(
          "appid and secret are swapped: pass the appid (wx and 16 hexadecimal digits) first, then"
              + " the secret (32 hexadecimal digits)");
    }
    if (idIsSecret) {
      throw new IllegalArgumentException(
          "appid has the form of a secret (32 hexadecimal digits). Pass the AppID of WeChat's"
              + " console, which is wx and 16 hexadecimal digits");
    }
    if (secretIsId) {
      throw new IllegalArgumentException(
          "secret has the form of an appid (wx and 16 hexadecimal digits). Pass the AppSecret of"
              + " WeChat's console, which has 32 hexadecimal digits");
    }
  }

  private static String requirePlain(String name, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " must not be blank");
    }
    if (!Utf8.isWellFormed(value)) {
      throw new IllegalArgumentException(name + " must not have half a surrogate pair");
    }
    if (isPlaceholder(value)) {
      throw new IllegalArgumentException(
          name
              + " is a placeholder that nothing replaced, such as ${NAME}. Set the environment"
              + " variable or the property that it names in this process, and check how the"
              + " configuration file is read");
    }
    if (value.codePoints().anyMatch(Credentials::isBlank)) {
      throw new IllegalArgumentException(
          name
              + " has white space or a line break in it. Remove that: a file or a Kubernetes secret"
              + " often ends in a line break (write it by printf or echo -n, or call strip())");
    }
    if (isQuoted(value)) {
      throw new IllegalArgumentException(
          name
              + " is in quotation marks. Remove them: env files and properties files keep them as"
              + " a part of the value");
    }
    return value;
  }

  private static boolean isPlaceholder(String value) {
    return PLACEHOLDERS.stream().anyMatch(value::contains);
  }

  private static boolean isBlank(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
  }

  private static boolean isQuoted(String value) {
    char first = value.charAt(0);
    return value.length() > 1
        && (first == '"' || first == '\'')
        && value.charAt(value.length() - 1) == first;
  }

  private static boolean isOfForm(Pattern form, String value) {
    return form.matcher(value.toLowerCase(Locale.ROOT)).matches();
  }
}

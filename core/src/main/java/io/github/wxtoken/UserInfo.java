package io.github.wxtoken;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A user's profile, as {@code /sns/userinfo} answers (docs/wechat-protocol.md#user-profile). Since
 * 2021 WeChat gives no gender and no region for service accounts: expect 0 and empty strings.
 * Immutable.
 *
 * @param openid the user's id in this app
 * @param nickname the user's name, any Unicode
 * @param sex 1 male, 2 female, 0 unknown
 * @param language the user's language, empty where WeChat does not say
 * @param city the user's city, mostly empty
 * @param province the user's province, mostly empty
 * @param country the user's country, mostly empty
 * @param headimgurl the user's picture; empty if there is none
 * @param privilege privileges of the user, mostly none
 * @param unionid the user's id across the apps of one open-platform account, or null
 * @param extra the fields that are none of these, as they came
 */
public record UserInfo(
    String openid,
    String nickname,
    int sex,
    String language,
    String city,
    String province,
    String country,
    String headimgurl,
    List<String> privilege,
    @Nullable String unionid,
    Map<String, @Nullable Object> extra) {

  /** Shows the openid alone: the rest is personal. */
  @Override
  public String toString() {
    return "UserInfo[openid=" + Printable.line(openid) + "]";
  }

  static UserInfo of(Map<String, @Nullable Object> fields) {
    String openid = text(fields, "openid");
    if (openid.isEmpty()) {
      throw new IllegalArgumentException("openid is missing");
    }
    String nickname = text(fields, "nickname");
    int sex = sex(fields.remove("sex"));
    String language = text(fields, "language");
    String city = text(fields, "city");
    String province = text(fields, "province");
    String country = text(fields, "country");
    String headimgurl = text(fields, "headimgurl");
    List<String> privilege = privilege(fields.remove("privilege"));
    String unionid = text(fields, "unionid");
    return new UserInfo(
        openid,
        nickname,
        sex,
        language,
        city,
        province,
        country,
        headimgurl,
        privilege,
        unionid.isEmpty() ? null : unionid,
        Collections.unmodifiableMap(fields));
  }

  private static String text(Map<String, @Nullable Object> fields, String name) {
    String text = Scalars.text(fields.remove(name));
    return text == null ? "" : text;
  }

  /** A number by the documentation, a string in what Node libraries recorded. */
  private static int sex(@Nullable Object value) {
    BigDecimal sex = Scalars.number(value);
    for (int known = 1; known <= 2; known++) {
      if (sex != null && sex.compareTo(BigDecimal.valueOf(known)) == 0) {
        return known;
      }
    }
    return 0;
  }

  private static List<String> privilege(@Nullable Object value) {
    return value instanceof List<?> items
        ? items.stream().map(Scalars::text).flatMap(Stream::ofNullable).toList()
        : List.of();
  }
}

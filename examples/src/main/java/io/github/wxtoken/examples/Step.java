package io.github.wxtoken.examples;

/** A browser's requests, as the report shows them. */
enum Step {
  LOGIN("/login"),
  WECHAT("WeChat's page"),
  CALLBACK("/callback"),
  SCOPE("/me, openid alone"),
  PROFILE("/me, just signed in"),
  EXPIRED("/me, token expired"),
  NODE_KILLED("/me, token expired, node killed");

  private final String label;

  Step(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}

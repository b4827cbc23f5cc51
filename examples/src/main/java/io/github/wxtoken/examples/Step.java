package io.github.wxtoken.examples;

/** What a browser asks for, as the report shows it. */
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

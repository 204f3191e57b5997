// The ways out of the browser, closed in the sources: what a policy of the browser cannot enforce (a content script has
// no policy of its own) or does not (navigation, WebRTC) is refused here, and tests/browser/lint.test.mjs shows that
// each refusal works.

import globals from 'globals';
import nounsanitized from 'eslint-plugin-no-unsanitized';

const NETWORK = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
  'EventSource',
  'Image',
  'Audio',
  'SharedWorker',
  'importScripts',
  'RTCPeerConnection',
  'webkitRTCPeerConnection',
  'RTCDataChannel',
  'PresentationRequest',
  'PaymentRequest',
  'Notification',
  'open',
];

const STORAGE = ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore', 'BroadcastChannel'];

const CODE = ['eval', 'Function', 'DOMParser', 'XSLTProcessor'];

const PROPERTIES = [
  ['navigator', 'sendBeacon'],
  ['navigator', 'serviceWorker'],
  ['navigator', 'share'],
  ['document', 'cookie'],
  ['document', 'write'],
  ['document', 'writeln'],
  ['document', 'domain'],
  ['document', 'open'],
  ['location', 'assign'],
  ['location', 'replace'],
  ['location', 'href'],
  ['history', 'pushState'],
  ['history', 'replaceState'],
].map(([object, property]) => ({ object, property, message: 'A way out of the browser, or a trace left in it.' }));

const bannedCall = (selector, message) => ({ selector, message });

const ADDRESS = bannedCall('AssignmentExpression[left.property.name=/^(src|srcset|srcdoc|href|action|formAction|data|background|poster|ping)$/]', 'An address is never set from a script.');
const ELEMENT = bannedCall('CallExpression[callee.property.name="createElement"][arguments.0.value=/^(a|area|audio|base|embed|form|frame|iframe|img|image|input|link|meta|object|picture|portal|script|source|style|track|video)$/i]', 'An element that can load or send.');

const SYNTAX = [
  ...NETWORK.concat(STORAGE, CODE).map((name) =>
    bannedCall(
      `MemberExpression[object.name=/^(window|self|globalThis|top|parent|frames)$/][property.name="${name}"]`,
      `${name} is closed here.`,
    ),
  ),
  bannedCall('MemberExpression[object.name=/^(window|self|globalThis|top|parent|frames)$/][computed=true]', 'A global is named, not computed.'),
  bannedCall('MemberExpression[property.name="sendBeacon"]', 'sendBeacon is closed here.'),
  ADDRESS,
  bannedCall('AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]', 'Text is set as text.'),
  bannedCall('AssignmentExpression[left.name="location"]', 'No navigation.'),
  bannedCall('AssignmentExpression[left.property.name="location"]', 'No navigation.'),
  bannedCall('AssignmentExpression[left.object.name="document"][left.property.name="title"]', 'The title of a page is kept in the history.'),
  bannedCall('CallExpression[callee.property.name=/^setAttribute(NS)?$/][arguments.0.value=/^(xlink:)?(src|srcset|srcdoc|href|action|formaction|data|style|ping|poster|background)$/i]', 'An address is never set from a script.'),
  bannedCall('CallExpression[callee.property.name=/^setAttribute(NS)?$/][arguments.0.type!="Literal"]', 'Name the attribute.'),
  bannedCall('CallExpression[callee.property.name=/^(insertAdjacentHTML|createContextualFragment|setHTMLUnsafe|parseHTMLUnsafe)$/]', 'Text is set as text.'),
  ELEMENT,
  bannedCall('MemberExpression[object.property.name="storage"][property.name="sync"]', 'Settings stay on this machine.'),
  bannedCall('MemberExpression[object.property.name="tabs"][property.name=/^(create|update|duplicate)$/]', 'No navigation.'),
  bannedCall('MemberExpression[object.name=/^(chrome|browser)$/][property.name=/^(downloads|cookies|history|identity|webRequest|declarativeNetRequest|nativeMessaging|management|debugger|proxy|notifications|bookmarks|topSites|browsingData|search|tts|gcm|instanceID)$/]', 'An interface that this extension has no use for.'),
  bannedCall('ImportExpression[source.type!="Literal"]', 'A module is named, not computed.'),
  bannedCall('ImportExpression[source.value=/^[a-z]+:/i]', 'A module of this package only.'),
  bannedCall('ImportDeclaration[source.value=/^[^.]/]', 'A module of this package only.'),
];

// The content script reads and paints: it makes no element, changes none, keeps nothing.
const CONTENT_SYNTAX = [
  ...SYNTAX,
  bannedCall('CallExpression[callee.property.name=/^(createElement|createElementNS|importNode|cloneNode)$/]', 'The page keeps its elements as they are.'),
  bannedCall('CallExpression[callee.property.name=/^(append|appendChild|prepend|before|after|insertBefore|insertAdjacentElement|insertAdjacentText|insertNode|surroundContents|replaceWith|replaceChild|replaceChildren|removeChild|setAttribute|setAttributeNS|removeAttribute|toggleAttribute|attachShadow|execCommand|deleteContents|extractContents|splitText|normalize|insertData|deleteData|appendData|replaceData|setRangeText)$/]', 'The page keeps its elements as they are.'),
  bannedCall('AssignmentExpression[left.property.name=/^(textContent|innerText|outerText|nodeValue|value|className|id|hidden|designMode|contentEditable|title)$/]', 'The page keeps its elements as they are.'),
  bannedCall('AssignmentExpression[left.object.property.name=/^(style|dataset)$/]', 'The page keeps its elements as they are.'),
  bannedCall('CallExpression[callee.object.property.name=/^(classList|style)$/][callee.property.name=/^(add|remove|toggle|replace|setProperty)$/]', 'The page keeps its elements as they are.'),
  bannedCall('MemberExpression[object.name=/^(chrome|browser)$/][property.name!="runtime"][property.name!="dom"]', 'The content script talks to the panel only.'),
  bannedCall('CallExpression[callee.name="postMessage"]', 'The page must not hear.'),
  bannedCall('CallExpression[callee.property.name="postMessage"][callee.object.name=/^(window|self|globalThis|top|parent)$/]', 'The page must not hear.'),
  bannedCall('CallExpression[callee.property.name="postMessage"][arguments.length>1]', 'The page must not hear.'),
  bannedCall('CallExpression[callee.property.name="dispatchEvent"]', 'The page must not hear.'),
  bannedCall('MemberExpression[object.name="navigator"][property.name="clipboard"]', 'The clipboard is the panel\'s.'),
];

const restrictedGlobals = (allowed = []) => [
  'error',
  ...NETWORK.concat(STORAGE, CODE)
    .filter((name) => !allowed.includes(name))
    .map((name) => ({ name, message: 'Closed in everything that ships.' })),
];

export default [
  {
    files: ['extension/**/*.js', 'www/**/*.js'],
    languageOptions: {
      ecmaVersion: 'latest',
      sourceType: 'module',
      globals: { ...globals.browser, ...globals.webextensions },
    },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
    plugins: { nounsanitized },
    rules: {
      eqeqeq: 'error',
      'no-alert': 'error',
      'no-console': 'error',
      'no-debugger': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-script-url': 'error',
      'no-undef': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'nounsanitized/method': 'error',
      'nounsanitized/property': 'error',
      'no-restricted-globals': restrictedGlobals(),
      'no-restricted-properties': ['error', ...PROPERTIES],
      'no-restricted-syntax': ['error', ...SYNTAX],
    },
  },
  {
    // Injected as plain scripts.
    files: ['extension/content/**/*.js'],
    languageOptions: { sourceType: 'script' },
    rules: { 'no-restricted-syntax': ['error', ...CONTENT_SYNTAX] },
  },
  {
    // The knowledge pack is a file of the package; nothing else is fetched.
    files: ['extension/panel/engine-parts.js'],
    rules: {
      'no-restricted-globals': restrictedGlobals(['fetch']),
      'no-restricted-syntax': [
        'error',
        ...SYNTAX,
        bannedCall('CallExpression[callee.name="fetch"]:not([arguments.length=1][arguments.0.name="PACK"])', 'The pack only.'),
        bannedCall('Identifier[name="fetch"]:not(CallExpression > Identifier)', 'The pack only.'),
      ],
    },
  },
  {
    // Made by wasm-bindgen, with habits of its own; in the package it is held to the same closed ways. It loads the module
    // that lies beside it, and warns of its own use.
    files: ['extension/wasm/chartside.js'],
    rules: {
      eqeqeq: 'off',
      'no-console': 'off',
      'no-undef': 'off',
      'no-unused-vars': 'off',
      'no-var': 'off',
      'no-restricted-globals': restrictedGlobals(['fetch']),
      'no-restricted-syntax': [
        'error',
        ...SYNTAX,
        bannedCall('CallExpression[callee.name="fetch"]:not([arguments.length=1][arguments.0.name="module_or_path"])', 'The module only.'),
        bannedCall('Identifier[name="fetch"]:not(CallExpression > Identifier)', 'The module only.'),
      ],
    },
  },
  {
    // A file that the reader asked to save: a link to text in hand, with the attribute that makes it a file.
    files: ['extension/panel/save.js'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...SYNTAX.filter((rule) => rule !== ADDRESS && rule !== ELEMENT),
        bannedCall(
          'AssignmentExpression[left.property.name=/^(src|srcset|srcdoc|href|action|formAction|data|background|poster|ping)$/]:not([left.object.name="link"][left.property.name="href"][right.callee.object.name="URL"][right.callee.property.name="createObjectURL"])',
          'Text in hand only.',
        ),
        bannedCall('CallExpression[callee.property.name="createElement"]:not([arguments.0.value="a"])', 'A link only.'),
      ],
    },
  },
  {
    // The practice chart loads the notes that lie beside it.
    files: ['www/chart.js'],
    rules: {
      'no-restricted-globals': restrictedGlobals(['fetch']),
      'no-restricted-syntax': [
        'error',
        ...SYNTAX,
        bannedCall('CallExpression[callee.name="fetch"]:not([arguments.length=1][arguments.0.quasis.0.value.raw="notes/"])', 'The notes only.'),
        bannedCall('Identifier[name="fetch"]:not(CallExpression > Identifier)', 'The notes only.'),
      ],
    },
  },
  {
    // The scenarios lie beside the site too.
    files: ['www/scenario-files.js'],
    rules: {
      'no-restricted-globals': restrictedGlobals(['fetch']),
      'no-restricted-syntax': [
        'error',
        ...SYNTAX,
        bannedCall('CallExpression[callee.name="fetch"]:not([arguments.length=1][arguments.0.quasis.0.value.raw="scenarios/"])', 'The scenarios only.'),
        bannedCall('Identifier[name="fetch"]:not(CallExpression > Identifier)', 'The scenarios only.'),
      ],
    },
  },
  {
    // Light or dark and the size of the type, for this tab.
    files: ['www/look.js'],
    rules: {
      'no-restricted-globals': restrictedGlobals(['sessionStorage']),
      'no-restricted-syntax': [
        'error',
        ...SYNTAX,
        bannedCall('CallExpression[callee.name="keep"]:not([arguments.0.value=/^(theme|type)$/])', 'The look only.'),
        bannedCall('Identifier[name="sessionStorage"]:not(MemberExpression > Identifier)', 'The look only.'),
      ],
    },
  },
  {
    // From one page of the site to a place in another: the page is named here, the place is made safe.
    files: ['www/links.js'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...SYNTAX.filter((rule) => rule !== ADDRESS && rule !== ELEMENT),
        bannedCall(
          'AssignmentExpression[left.property.name=/^(src|srcset|srcdoc|href|action|formAction|data|background|poster|ping)$/]:not([left.object.name="link"][left.property.name="href"][right.quasis.0.value.raw=/^(demonstrate|practise|codebook)[.]html#$/])',
          'A page of the site only.',
        ),
        bannedCall('CallExpression[callee.property.name="createElement"]:not([arguments.0.value="a"])', 'A link only.'),
      ],
    },
  },
  {
    // The same where every page lies in one file.
    files: ['www/one-file/links.js'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...SYNTAX.filter((rule) => rule !== ADDRESS && rule !== ELEMENT),
        bannedCall(
          'AssignmentExpression[left.property.name=/^(src|srcset|srcdoc|href|action|formAction|data|background|poster|ping)$/]:not([left.object.name="link"][left.property.name="href"][right.quasis.0.value.raw=/^[?](demonstrate|practise|codebook)#$/])',
          'A page of the site only.',
        ),
        bannedCall('CallExpression[callee.property.name="createElement"]:not([arguments.0.value="a"])', 'A link only.'),
      ],
    },
  },
  {
    // Results of a trainee who asked for them to be kept: numbers and names of scenarios, in the one form that holds no text.
    files: ['www/progress.js'],
    rules: {
      'no-restricted-globals': restrictedGlobals(['localStorage']),
      'no-restricted-syntax': [
        'error',
        ...SYNTAX,
        bannedCall('CallExpression[callee.property.name="setItem"]:not([arguments.0.name="KIND"][arguments.1.callee.name="written"])', 'Results only.'),
        bannedCall('MemberExpression[object.name="localStorage"]', 'Through the one place that knows the form.'),
      ],
    },
  },
];
